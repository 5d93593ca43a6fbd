package io.vagus.api;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a token allows. */
enum Scope {
  /** Needs no token. */
  NONE,
  READ,
  WRITE,
  METRICS,
  /** To take a backup, and nothing else: for the job that does. */
  BACKUP,
  /** Everything, and alone: tokens and applications. */
  ADMIN;

  static final List<String> LABELS =
      List.of(ADMIN.label(), READ.label(), WRITE.label(), METRICS.label(), BACKUP.label());

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one that allows most. */
  static Optional<String> widest(List<String> scopes) {
    return Stream.of(ADMIN, WRITE, READ, METRICS, BACKUP)
        .map(Scope::label)
        .filter(scopes::contains)
        .findFirst();
  }

  boolean allowedBy(List<String> scopes) {
    return this == NONE || scopes.contains(label()) || scopes.contains(ADMIN.label());
  }
}
