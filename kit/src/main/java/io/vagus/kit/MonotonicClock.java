package io.vagus.kit;

/** Time that never goes back, with no relation to the time of day. */
@FunctionalInterface
public interface MonotonicClock {

  /** Nanoseconds since an arbitrary origin; only differences mean something. */
  long nanos();

  static MonotonicClock system() {
    return System::nanoTime;
  }
}
