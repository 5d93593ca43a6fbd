package io.vagus.api;

import io.vagus.kit.MonotonicClock;
import io.vagus.registry.PasswordBackoff;
import java.time.Duration;

/**
 * Waits after failed sign-ins: of a name at an address, of an address whatever the names
 * (spraying), and, later and for less long, of a name from wherever (guessing from many addresses).
 * Names that do not exist are treated alike. Thread-safe.
 */
final class LoginThrottle {
  private static final int NAMES_FACTOR = 4;
  private static final int ADDRESSES_FACTOR = 5;
  private static final Duration LONGEST_OF_NAME = Duration.ofMinutes(1);
  private static final String ANYWHERE = "";

  private final PasswordBackoff byAddress;
  private final PasswordBackoff byName;

  LoginThrottle(LoginConfig config, MonotonicClock clock) {
    int free = config.wrongPasswords();
    this.byAddress = new PasswordBackoff(free, NAMES_FACTOR * free, config.maxBackoff(), clock);
    this.byName =
        new PasswordBackoff(ADDRESSES_FACTOR * free, Integer.MAX_VALUE, LONGEST_OF_NAME, clock);
  }

  /** Refuses when it is too early for another try. */
  void require(String address, String name) {
    Duration here = byAddress.wait(address, name);
    Duration anywhere = byName.wait(ANYWHERE, name);
    Duration wait = here.compareTo(anywhere) > 0 ? here : anywhere;
    if (!wait.isZero()) {
      throw new Throttled("login", wait);
    }
  }

  void failed(String address, String name) {
    byAddress.failed(address, name);
    byName.failed(ANYWHERE, name);
  }

  void succeeded(String address, String name) {
    byAddress.succeeded(address, name);
    byName.succeeded(ANYWHERE, name);
  }
}
