//! How work grows with its input: told by the time that the processor gave to this thread, of which other programs take nothing.

use std::time::Duration;

/// Fails where eight times the input takes much more than eight times the work; quadratic work would take 64 times.
///
/// `prepare` makes an input of a size. What disturbs a run only ever makes it longer, so the shortest of several counts.
pub fn grows_evenly<T>(what: &str, size: usize, prepare: impl Fn(usize) -> T, work: impl Fn(&T)) {
    let inputs = [prepare(size), prepare(8 * size)];
    let mut shortest = [Duration::MAX; 2];
    for _ in 0..3 {
        for (input, shortest) in inputs.iter().zip(&mut shortest) {
            let start = spent();
            work(input);
            *shortest = (*shortest).min(spent() - start);
        }
    }
    let [small, large] = shortest;
    assert!(large < small * 20, "{what}: {small:?} and {large:?}");
}

/// The processor's time of this thread so far.
#[cfg(unix)]
fn spent() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The time on the wall, for want of a better one.
#[cfg(not(unix))]
fn spent() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
