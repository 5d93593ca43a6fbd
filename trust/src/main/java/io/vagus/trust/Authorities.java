package io.vagus.trust;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * The authority that issues now, and those before it whose certificates still count. Thread-safe:
 * what is read anew replaces the whole list.
 */
final class Authorities {
  private final CaFolder files;
  private volatile List<Authority> all;

  Authorities(CaFolder files) {
    this.files = files;
    this.all = read();
  }

  private List<Authority> read() {
    List<Authority> found = new ArrayList<>();
    found.add(new Authority(files));
    files.previous().forEach(folder -> found.add(new Authority(folder)));
    return List.copyOf(found);
  }

  /** Takes what the folder holds by now. */
  void reload() {
    all = read();
  }

  Authority current() {
    return all.getFirst();
  }

  /** The current one first, then the newer before the older. */
  List<Authority> all() {
    return all;
  }

  /** By its name; each has another. */
  Optional<Authority> named(X500Principal name) {
    return all.stream()
        .filter(a -> a.certificate().getSubjectX500Principal().equals(name))
        .findAny();
  }

  /** Issuers and roots, each once, the current ones first. */
  List<X509Certificate> certificates() {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Authority authority : all) {
      for (X509Certificate one : List.of(authority.certificate(), authority.root())) {
        if (!certificates.contains(one)) {
          certificates.add(one);
        }
      }
    }
    files.crossCertificates().forEach(certificates::add);
    return certificates;
  }

  /** Whether the inventory's note of the issuer means it: the first ones were not noted. */
  boolean isOf(String issuer, Authority authority) {
    return issuer.isEmpty() ? authority.equals(all.getLast()) : issuer.equals(authority.serial());
  }
}
