//! The whole table, command by command and through the executors that send many commands at once.

use redwire::command::Executor;
use redwire::pipeline::Pipeline;
use redwire::resp::Reply;
use redwire::{Error, ErrorKind, Outcome};

use super::clients::Client;
use super::stage::Stage;
use crate::skipped::Skipped;
use crate::table::Step;

/// Whether MULTI and EXEC go around the commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    MultiExec,
    Nothing,
}

/// Each step as a call of its own.
pub fn commands<C: Client>(stage: &Stage<C>) {
    each_case(stage, |steps| {
        for step in steps {
            let outcome = stage.run(step.request.clone().returns::<Reply>());
            step.judge(outcome)?;
        }
        Ok(())
    });
}

/// Each step as a typed pipeline of one command.
pub fn chains<C: Client>(stage: &Stage<C>, around: Around) {
    each_case(stage, |steps| {
        for step in steps {
            let pipeline = match around {
                Around::MultiExec => stage.pipeline(),
                Around::Nothing => stage.pipeline().non_atomic(),
            };
            let outcome = Pipeline::run(pipeline, step.request.clone().returns::<Reply>()).execute();
            step.judge(outcome.map(|(reply,)| reply).map_err(|error| bare(&error)))?;
        }
        Ok(())
    });
}

/// All steps of a case as one batch.
pub fn batches<C: Client>(stage: &Stage<C>, around: Around) {
    each_case(stage, |steps| {
        // What is refused before it is sent keeps a whole batch from being sent.
        let (mut steps, refused): (Vec<&Step>, Vec<&Step>) =
            steps.iter().partition(|step| step.request.check().is_ok());
        for step in refused {
            step.judge(step.request.check().map(|()| unreachable!()))?;
        }
        loop {
            let mut batch = match around {
                Around::MultiExec => stage.batch(),
                Around::Nothing => stage.batch().non_atomic(),
            };
            let slots: Vec<_> = steps
                .iter()
                .map(|step| batch.run(step.request.clone().returns::<Reply>()))
                .collect();
            match batch.execute_each() {
                Ok(mut results) => {
                    for (step, slot) in steps.iter().zip(slots) {
                        step.judge(results.take(slot))?;
                    }
                    return Ok(());
                }
                // A command that the server refuses to queue takes the others with it. None of them was run, so the
                // others are sent again without it.
                Err(error) => {
                    let position = error
                        .pipeline_position()
                        .ok_or_else(|| format!("the batch: {error:?}"))?;
                    steps.remove(position - 1).judge(Err(bare(&error)))?;
                }
            }
        }
    });
}

/// The error of a command as it would be outside of a pipeline.
fn bare(error: &Error) -> Error {
    match error.server_error() {
        Some(error) => error.clone().into(),
        None => match error.to_string().split_once(" of pipeline caused error: ") {
            Some((_, message)) => Error::invalid_argument(message.to_string()),
            None => error.clone(),
        },
    }
}

/// Runs every case on an empty server, as far as the server knows its commands.
fn each_case<C: Client>(stage: &Stage<C>, mut run: impl FnMut(&[Step]) -> Result<(), String>) {
    let mut wrong = Vec::new();
    let mut skipped = Skipped::default();
    let mut cases = crate::cases();
    if !stage.is_in_memory() {
        cases.extend(crate::real_only_cases());
    }
    for case in cases {
        stage.flush();
        let steps = skipped.until_unknown(&case, stage.version);
        let steps = until_connection_is_owned(stage, steps);
        if let Err(difference) = run(steps) {
            wrong.push(format!("{}: {difference}", case.name));
        }
    }
    skipped.tell(stage.version);
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The steps before the first one that would change the state of a shared connection, which every client refuses.
fn until_connection_is_owned<'a, C: Client>(stage: &Stage<C>, steps: &'a [Step]) -> &'a [Step] {
    let owns = |step: &Step| step.request.owns_connection();
    let Some(at) = steps.iter().position(owns) else {
        return steps;
    };
    let refused = stage.run(steps[at].request.clone().returns::<Reply>()).unwrap_err();
    assert_eq!(
        (refused.kind(), refused.outcome()),
        (ErrorKind::InvalidArgument, Outcome::NotSent),
        "{refused}"
    );
    &steps[..at]
}
