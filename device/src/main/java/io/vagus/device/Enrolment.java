package io.vagus.device;

import io.vagus.device.est.KeyKind;
import io.vagus.kit.HostPort;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a device gets its certificate, and where it keeps it.
 *
 * @param server where it enrols and renews, over HTTPS
 * @param file of its key, its certificate and the authorities that it took over: mode 0600, made at
 *     the first contact, replaced as a whole
 * @param authorities whom it trusts from the start (PEM); empty: those that the JDK trusts
 * @param proof who it is before it has a certificate; empty: the file must be there
 */
public record Enrolment(
    HostPort server,
    Path file,
    Optional<Path> authorities,
    Optional<Proof> proof,
    KeyKind keyKind) {

  /** What a device shows that has no certificate yet. */
  public sealed interface Proof {
    /** A provisioning token, which is good for one device once, or the device's own secret. */
    record Password(String text) implements Proof {
      @Override
      public String toString() {
        return "Password";
      }
    }

    /** The certificate that a batch of devices shares, and its key (PEM, PKCS #8). */
    record Claim(Path certificate, Path key) implements Proof {}
  }

  /** Of a device that has its file, or is told later what to show. */
  public static Enrolment at(HostPort server, Path file) {
    return new Enrolment(server, file, Optional.empty(), Optional.empty(), KeyKind.P256);
  }

  public Enrolment withAuthorities(Path pem) {
    return new Enrolment(server, file, Optional.of(pem), proof, keyKind);
  }

  /** A provisioning token, or the device's secret. */
  public Enrolment withToken(String token) {
    return with(new Proof.Password(token));
  }

  public Enrolment with(Proof other) {
    return new Enrolment(server, file, authorities, Optional.of(other), keyKind);
  }

  public Enrolment with(KeyKind other) {
    return new Enrolment(server, file, authorities, proof, other);
  }
}
