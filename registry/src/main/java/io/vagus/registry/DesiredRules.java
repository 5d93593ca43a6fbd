package io.vagus.registry;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Desired;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import io.vagus.wire.DocumentCodec;
import java.util.Optional;
import java.util.OptionalLong;

/** What every engine asks of a change of a desired state. */
public final class DesiredRules {
  private DesiredRules() {}

  /** The state after the change; empty when it changes nothing. */
  public static Optional<Desired> changed(
      Desired before, DocumentPatch patch, OptionalLong ifVersion, long nowMicros) {
    if (ifVersion.isPresent() && ifVersion.getAsLong() != before.version()) {
      throw new VagusException(
          ErrorCode.PRECONDITION_FAILED,
          "version: %d (expected: %d; the desired state of %s changed meanwhile)"
              .formatted(before.version(), ifVersion.getAsLong(), before.device()));
    }
    Document after = DocumentCodec.requireBounds(before.document().with(patch), "desired");
    return after.equals(before.document())
        ? Optional.empty()
        : Optional.of(before.next(after, nowMicros));
  }
}
