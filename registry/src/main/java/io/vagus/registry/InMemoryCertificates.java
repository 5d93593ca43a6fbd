package io.vagus.registry;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The inventory's twin without a disk. Owns its lock. */
final class InMemoryCertificates implements Certificates {
  /** In the order in which they were added. */
  private final SequencedMap<String, IssuedCertificate> bySerial = new LinkedHashMap<>();

  private final EventLog events;
  private final Listeners listeners;
  private final WallClock wall;

  InMemoryCertificates(EventLog events, Listeners listeners, WallClock wall) {
    this.events = events;
    this.listeners = listeners;
    this.wall = wall;
  }

  @Override
  public void add(IssuedCertificate certificate) {
    synchronized (bySerial) {
      bySerial.values().stream()
          .filter(c -> c.key().equals(certificate.key()))
          .filter(c -> !c.device().equals(certificate.device()))
          .findAny()
          .ifPresent(other -> {
            throw CertificateRules.keyTaken(other.device());
          });
      if (bySerial.putIfAbsent(certificate.serial(), certificate) != null) {
        throw CertificateRules.serialTaken(certificate.serial());
      }
      events.append(CredentialFacts.certificateIssued(certificate));
    }
  }

  @Override
  public Optional<IssuedCertificate> find(String serial) {
    synchronized (bySerial) {
      return Optional.ofNullable(bySerial.get(serial));
    }
  }

  @Override
  public List<IssuedCertificate> of(DeviceId device) {
    return all().filter(c -> c.device().equals(device)).toList().reversed();
  }

  @Override
  public List<IssuedCertificate> ending(Instant from, Instant to, int limit) {
    return all()
        .filter(c -> c.revocation().isEmpty())
        .filter(c -> !c.notAfter().isBefore(from) && !c.notAfter().isAfter(to))
        .sorted(
            Comparator.comparing(IssuedCertificate::notAfter)
                .thenComparing(IssuedCertificate::serial))
        .limit(limit)
        .toList();
  }

  @Override
  public List<IssuedCertificate> revoked(Instant now) {
    return all()
        .filter(c -> c.revocation().isPresent() && !c.notAfter().isBefore(now))
        .sorted(Comparator.comparing(IssuedCertificate::serial))
        .toList();
  }

  private Stream<IssuedCertificate> newest() {
    Map<DeviceId, IssuedCertificate> newest = new HashMap<>();
    all().filter(c -> c.revocation().isEmpty()).forEach(c -> newest.put(c.device(), c));
    return newest.values().stream();
  }

  @Override
  public List<IssuedCertificate> newestEnding(Instant from, Instant to, int limit) {
    return newest()
        .filter(c -> !c.notAfter().isBefore(from) && !c.notAfter().isAfter(to))
        .sorted(
            Comparator.comparing(IssuedCertificate::notAfter)
                .thenComparing(IssuedCertificate::serial))
        .limit(limit)
        .toList();
  }

  @Override
  public long countNewest(Instant endsAfter, Instant from, Instant to) {
    return newest()
        .filter(c -> !c.notAfter().isBefore(endsAfter))
        .filter(c -> !c.notBefore().isBefore(from) && c.notBefore().isBefore(to))
        .count();
  }

  @Override
  public Map<LocalDate, Long> devicesByEnd() {
    return devicesByEnd(any -> true);
  }

  @Override
  public Map<LocalDate, Long> devicesByEnd(Predicate<DeviceId> which) {
    return newest()
        .filter(c -> which.test(c.device()))
        .collect(
            Collectors.groupingBy(
                c -> LocalDate.ofInstant(c.notAfter(), ZoneOffset.UTC),
                TreeMap::new,
                Collectors.counting()));
  }

  @Override
  public List<String> sharedKeys(int limit) {
    Map<String, Long> owners =
        all()
            .map(c -> c.key() + " " + c.device())
            .distinct()
            .collect(
                Collectors.groupingBy(
                    pair -> pair.substring(0, pair.indexOf(' ')),
                    TreeMap::new,
                    Collectors.counting()));
    return owners.entrySet().stream()
        .filter(e -> e.getValue() > 1)
        .map(Map.Entry::getKey)
        .limit(limit)
        .toList();
  }

  @Override
  public Map<String, Long> devicesByIssuer(Instant endsAfter) {
    return newest()
        .filter(c -> c.notAfter().isAfter(endsAfter))
        .collect(
            Collectors.groupingBy(IssuedCertificate::issuer, TreeMap::new, Collectors.counting()));
  }

  @Override
  public long countValid(Instant now) {
    return all().filter(c -> c.status(now) == IssuedCertificate.Status.VALID).count();
  }

  @Override
  public IssuedCertificate revoke(DeviceId device, String serial, RevocationReason reason) {
    IssuedCertificate revoked;
    synchronized (bySerial) {
      IssuedCertificate known = bySerial.get(serial);
      if (known == null || !known.device().equals(device)) {
        throw CertificateRules.unknown(device, serial);
      }
      revoked = revoke(known, reason);
    }
    listeners.certificateRevoked(device, serial);
    return revoked;
  }

  private IssuedCertificate revoke(IssuedCertificate known, RevocationReason reason) {
    if (known.revocation().isPresent()) {
      return known;
    }
    IssuedCertificate revoked = known.revoked(wall.now(), reason);
    bySerial.put(known.serial(), revoked);
    events.append(CredentialFacts.certificateRevoked(revoked));
    return revoked;
  }

  /** Whose device is deleted: a new one of that name must not be taken for it. */
  void deviceDeleted(DeviceId device) {
    synchronized (bySerial) {
      bySerial.values().stream()
          .filter(c -> c.device().equals(device))
          .toList()
          .forEach(c -> revoke(c, RevocationReason.CESSATION_OF_OPERATION));
    }
  }

  private Stream<IssuedCertificate> all() {
    synchronized (bySerial) {
      return List.copyOf(bySerial.values()).stream();
    }
  }
}
