package io.vagus.trust;

import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Says whom a certificate proves: what its signature says, and what the inventory says of it. */
final class Identification {
  private final Authorities authorities;
  private final VendorRoots vendors;
  private final Registry registry;
  private final Duration grace;
  private final WallClock clock;

  Identification(
      Authorities authorities,
      VendorRoots vendors,
      Registry registry,
      Duration grace,
      WallClock clock) {
    this.authorities = authorities;
    this.vendors = vendors;
    this.registry = registry;
    this.grace = grace;
    this.clock = clock;
  }

  Identity judge(List<X509Certificate> chain) {
    X509Certificate leaf = chain.getFirst();
    if (authorities.named(leaf.getIssuerX500Principal()).isEmpty()) {
      return judgeHardware(chain);
    }
    return SubjectUri.claim(leaf).isPresent() ? judgeClaim(leaf) : judgeDevice(leaf);
  }

  private Identity judgeHardware(List<X509Certificate> chain) {
    X509Certificate leaf = chain.getFirst();
    Optional<X509Certificate> root = vendors.vouchesFor(chain, clock.now());
    Optional<String> serialNumber = VendorRoots.serialNumber(leaf);
    return root.isPresent() && serialNumber.isPresent()
        ? new Identity.Enrolling(
            new Enrollee.ByHardware(Digests.of(root.get()), serialNumber.get(), Digests.of(leaf)))
        : new Identity.Refused(Refusal.UNKNOWN_CA, "certificate: no vendor vouches for it");
  }

  private Identity judgeClaim(X509Certificate leaf) {
    Optional<ClaimCertificate> entry = registry.batches().claim(Serials.of(leaf));
    if (entry.isEmpty() || !entry.get().fingerprint().equals(Digests.of(leaf))) {
      return new Identity.Refused(Refusal.NOT_ISSUED, "certificate: is not in the inventory");
    }
    ClaimCertificate claim = entry.get();
    if (claim.revocation().isPresent()) {
      return new Identity.Refused(
          Refusal.REVOKED, "certificate: revoked at " + claim.revocation().get().at());
    }
    return clock.now().isAfter(claim.notAfter())
        ? new Identity.Refused(Refusal.EXPIRED, "certificate: ended at " + claim.notAfter())
        : new Identity.Enrolling(new Enrollee.ByClaim(claim.batch(), claim.serial()));
  }

  private Identity judgeDevice(X509Certificate certificate) {
    Optional<IssuedCertificate> entry = registry.certificates().find(Serials.of(certificate));
    if (entry.isEmpty() || !entry.get().fingerprint().equals(Digests.of(certificate))) {
      return new Identity.Refused(Refusal.NOT_ISSUED, "certificate: is not in the inventory");
    }
    Instant now = clock.now();
    Instant end = entry.get().notAfter();
    if (entry.get().revocation().isPresent()) {
      return new Identity.Refused(
          Refusal.REVOKED, "certificate: revoked at " + entry.get().revocation().get().at());
    }
    if (now.isAfter(end.plus(grace))) {
      return new Identity.Refused(Refusal.EXPIRED, "certificate: ended at " + end);
    }
    Optional<Device> device = registry.device(entry.get().device());
    if (device.isEmpty() || !device.get().status().mayConnect()) {
      return new Identity.Refused(
          device.map(Refusal::of).orElse(Refusal.DEVICE_GONE),
          "device: \"" + entry.get().device() + "\" may not connect");
    }
    String serial = entry.get().serial();
    return now.isAfter(end)
        ? new Identity.Late(device.get(), serial)
        : new Identity.Proved(device.get(), serial);
  }
}
