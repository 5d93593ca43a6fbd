package io.vagus.registry;

import java.util.List;
import java.util.Optional;

/**
 * Hashes of secrets as they are stored: of chosen ones Argon2id, of generated ones a salted
 * SHA-256. Each names its kind first, as PHC strings do. Which one a secret is compared with is
 * decided by the form of the secret that is shown, never by what is stored: so its cost tells
 * nothing of which names exist or what they hold. Thread-safe.
 */
final class SecretHashes {
  private final Argon2id argon2 = Argon2id.ofDevices();
  private final SaltedSha256 sha256 = new SaltedSha256();
  private final String nobodyChosen = argon2.ofNobody();
  private final String nobodyGenerated = sha256.hash(Secret.Generated.make().text());

  String hash(Secret secret) {
    return switch (secret) {
      case Secret.Chosen chosen -> argon2.hash(chosen.text());
      case Secret.Generated generated -> sha256.hash(generated.text());
    };
  }

  /** In the order given, on the caller's thread and the common pool. */
  List<Optional<String>> hashAll(List<Optional<Secret>> secrets) {
    return secrets.parallelStream().map(secret -> secret.map(this::hash)).toList();
  }

  /** The same work whether there is something stored or not. */
  boolean matches(byte[] shown, Optional<String> stored) {
    return Secret.looksGenerated(shown)
        ? sha256.matches(shown, stored.filter(SaltedSha256::made).orElse(nobodyGenerated))
        : argon2.matches(shown, stored.filter(Argon2id::made).orElse(nobodyChosen));
  }
}
