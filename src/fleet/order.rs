//! Work done by several threads at once, and handed on in the order of the list.
//!
//! Threads of the standard library and not a pool such as rayon's: what is wanted is a window of results that wait for an earlier one and no
//! more of them, which is the whole of this file, and nothing is divided any further.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// For each thread so many results may wait for an earlier one. More would cost memory, fewer would let threads stand idle behind a large
/// repository.
const WINDOW: usize = 8;
/// As the main thread has on Linux.
const STACK: usize = 8 << 20;

struct State<R> {
    /// The next that nobody works on.
    next: usize,
    /// So many have been handed on.
    told: usize,
    working: usize,
    waiting: BTreeMap<usize, R>,
}

struct Shared<'s, R> {
    count: usize,
    window: usize,
    stop: &'s AtomicBool,
    /// Handing on has failed.
    broken: AtomicBool,
    state: Mutex<State<R>>,
    changed: Condvar,
}

impl<R> Shared<'_, R> {
    fn state(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'g>(&self, state: MutexGuard<'g, State<R>>) -> MutexGuard<'g, State<R>> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self, state: &State<R>) -> bool {
        let stopped = self.stop.load(Ordering::Relaxed) || self.broken.load(Ordering::Relaxed);
        state.next == self.count || stopped
    }

    fn work(&self, act: &(impl Fn(usize) -> R + Sync)) {
        let mut state = self.state();
        loop {
            if self.is_over(&state) {
                // Whoever waits for a result that nobody will begin has to see it.
                self.changed.notify_all();
                return;
            }
            if state.next >= state.told + self.window {
                state = self.wait(state);
                continue;
            }
            let at = state.next;
            state.next += 1;
            state.working += 1;
            drop(state);
            let made = act(at);
            state = self.state();
            state.working -= 1;
            state.waiting.insert(at, made);
            self.changed.notify_all();
        }
    }

    /// The next result; `None` where there will be none.
    fn next(&self) -> Option<(usize, R)> {
        let mut state = self.state();
        loop {
            let at = state.told;
            if let Some(made) = state.waiting.remove(&at) {
                return Some((at, made));
            }
            if state.working == 0 && self.is_over(&state) {
                return None;
            }
            state = self.wait(state);
        }
    }

    fn told_one(&self) {
        self.state().told += 1;
        self.changed.notify_all();
    }
}

/// Lets `jobs` threads `act` on the numbers up to `count`, and hands the results to `tell` in order. Once `stop` is set no other is begun, and
/// those that are under way are finished and told. Says how many were told: the first so many.
///
/// # Errors
/// What `tell` fails with, and a thread that cannot be started.
pub(super) fn in_order<R: Send>(
    count: usize,
    jobs: usize,
    stop: &AtomicBool,
    act: impl Fn(usize) -> R + Sync,
    mut tell: impl FnMut(usize, R) -> anyhow::Result<()>,
) -> anyhow::Result<usize> {
    let jobs = jobs.clamp(1, count.max(1));
    let state = State { next: 0, told: 0, working: 0, waiting: BTreeMap::new() };
    let shared = Shared {
        count,
        window: jobs * WINDOW,
        stop,
        broken: AtomicBool::new(false),
        state: Mutex::new(state),
        changed: Condvar::new(),
    };
    let ended = thread::scope(|scope| {
        for _ in 0..jobs {
            let work = || shared.work(&act);
            let started = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            if let Err(error) = started {
                shared.broken.store(true, Ordering::Relaxed);
                shared.changed.notify_all();
                return Err(error.into());
            }
        }
        while let Some((at, made)) = shared.next() {
            if let Err(error) = tell(at, made) {
                shared.broken.store(true, Ordering::Relaxed);
                shared.changed.notify_all();
                return Err(error);
            }
            shared.told_one();
        }
        Ok(())
    });
    ended.map(|()| shared.state().told)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_order_and_few_wait() {
        for jobs in [1, 3, 16] {
            let (ahead, told) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let mut seen = Vec::new();
            let act = |at: usize| {
                ahead.fetch_max(at - told.load(Ordering::Relaxed), Ordering::Relaxed);
                thread::sleep(Duration::from_micros(if at.is_multiple_of(20) { 3_000 } else { 20 }));
                at * 2
            };
            let tell = |at, made| {
                seen.push((at, made));
                told.fetch_add(1, Ordering::Relaxed);
                Ok(())
            };
            assert_eq!(in_order(200, jobs, &AtomicBool::new(false), act, tell).unwrap(), 200);
            assert_eq!(seen, (0..200).map(|at| (at, at * 2)).collect::<Vec<_>>());
            assert!(ahead.load(Ordering::Relaxed) <= jobs * WINDOW, "{jobs}");
        }
    }

    #[test]
    fn what_is_under_way_when_it_stops_is_told() {
        let (stop, begun) = (AtomicBool::new(false), AtomicUsize::new(0));
        let act = |at: usize| {
            begun.fetch_add(1, Ordering::Relaxed);
            stop.fetch_or(at == 10, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(1));
        };
        let told = in_order(1_000, 4, &stop, act, |_, ()| Ok(())).unwrap();
        assert_eq!(told, begun.load(Ordering::Relaxed));
        assert!((11..50).contains(&told), "{told}");
    }

    #[test]
    fn an_error_of_the_output_ends_it() {
        let tell = |at, _| if at == 5 { Err(anyhow::anyhow!("full")) } else { Ok(()) };
        let ended = in_order(1_000, 4, &AtomicBool::new(false), |at| at, tell);
        assert_eq!(ended.unwrap_err().to_string(), "full");
        assert_eq!(in_order(0, 4, &AtomicBool::new(false), |at| at, |_, _| Ok(())).unwrap(), 0);
    }
}
