//! Ctrl-C: the first lets what is under way come to its end, the second ends the program at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Becomes true when the program is asked to end (Ctrl-C, or what Kubernetes and CI systems send before they kill).
#[cfg(unix)]
pub(crate) fn on_signals() -> io::Result<Arc<AtomicBool>> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag::{register, register_conditional_default};

    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: what is registered first acts first, and must still see what the signals before have set.
        register_conditional_default(signal, Arc::clone(&stop))?;
        register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

/// Elsewhere it ends the program at once; the results have whole lines all the same.
#[cfg(not(unix))]
pub(crate) fn on_signals() -> io::Result<Arc<AtomicBool>> {
    Ok(Arc::new(AtomicBool::new(false)))
}
