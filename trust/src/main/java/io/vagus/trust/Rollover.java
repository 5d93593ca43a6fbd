package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.Registry;
import io.vagus.registry.Subject;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How one issuer gives way to the next: the new one signs from when it is taken, the old one's
 * certificates count until their end and renew themselves within the grace time after it, and who
 * still has one is counted. Thread-safe.
 */
public final class Rollover {
  private static final Subject CA = new Subject("ca", "");
  private static final String TAKEN = "ca.issuer-taken";

  private final Authorities authorities;
  private final Registry registry;
  private final Duration grace;
  private final WallClock clock;

  Rollover(Authorities authorities, Registry registry, Duration grace, WallClock clock) {
    this.authorities = authorities;
    this.registry = registry;
    this.grace = grace;
    this.clock = clock;
  }

  /**
   * An issuer that counts.
   *
   * @param devices whose newest certificate it signed, which is valid or may still renew itself
   */
  public record Generation(
      String serial, X509Certificate issuer, X509Certificate root, boolean current, long devices) {}

  /** The current one first. */
  public List<Generation> generations() {
    Map<String, Long> counts = registry.certificates().devicesByIssuer(clock.now().minus(grace));
    List<Authority> all = authorities.all();
    List<Generation> generations = new ArrayList<>();
    for (Authority authority : all) {
      long devices =
          counts.entrySet().stream()
              .filter(e -> authorities.isOf(e.getKey(), authority))
              .mapToLong(Map.Entry::getValue)
              .sum();
      generations.add(
          new Generation(
              authority.serial(),
              authority.certificate(),
              authority.root(),
              authority.equals(all.getFirst()),
              devices));
    }
    return generations;
  }

  /** Takes the newest issuer that the folder holds; live connections do not notice. */
  public void reload() {
    authorities.reload();
    note();
  }

  /** The event log tells from when which issuer signs. */
  void note() {
    Authority current = authorities.current();
    Optional<Event> last =
        registry
            .events()
            .events(EventLog.Filter.ALL.withSubject(CA).withType(TAKEN), Optional.empty(), 1)
            .items()
            .stream()
            .findFirst();
    if (last.isEmpty() || !last.get().body().contains("\"" + current.serial() + "\"")) {
      registry
          .events()
          .append(
              Fact.noted(
                  CA,
                  TAKEN,
                  Map.of("issuer", current.serial(), "root", Digests.of(current.root()))));
    }
  }

  /**
   * An issuer counts no more, and its key is deleted.
   *
   * @param anyway also when devices still need it: they must enrol anew
   * @throws VagusException CONFLICT when it is the current one, or devices still need it
   */
  public void retire(String serial, boolean anyway) {
    Generation generation =
        generations().stream()
            .filter(g -> g.serial().equals(serial))
            .findAny()
            .orElseThrow(() ->
                new VagusException(
                    ErrorCode.NOT_FOUND, "issuer: \"" + serial + "\" does not exist"));
    if (generation.current()) {
      throw new VagusException(
          ErrorCode.CONFLICT, "issuer: \"" + serial + "\" is the current one (expected: another)");
    }
    if (generation.devices() > 0 && !anyway) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "issuer: " + generation.devices() + " devices still need it (expected: 0)");
    }
    authorities.all().stream()
        .filter(a -> a.serial().equals(serial))
        .findAny()
        .ifPresent(authorities::retire);
    registry
        .events()
        .append(
            Fact.noted(
                CA,
                "ca.issuer-retired",
                Map.of("issuer", serial, "devices", Long.toString(generation.devices()))));
  }
}
