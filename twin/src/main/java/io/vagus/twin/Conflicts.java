package io.vagus.twin;

import io.vagus.model.DocumentPatch;
import io.vagus.model.Reported;
import io.vagus.model.TwinModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Which reported values the platform takes over, when both sides changed a field while they were
 * apart. What the device changed before the two last agreed is no change: it has merely not
 * followed yet. Pure.
 */
final class Conflicts {
  private Conflicts() {}

  static DocumentPatch taken(Wanted wanted, Reported reported, TwinModel model) {
    List<DocumentPatch.Edit> taken = new ArrayList<>();
    for (String pointer : wanted.document().missingIn(reported.document()).fields().keySet()) {
      Reported.Field field = reported.fields().get(pointer);
      if (field != null && isTaken(pointer, field, wanted, model)) {
        taken.add(new DocumentPatch.Put(pointer, field.json()));
      }
    }
    return new DocumentPatch(taken);
  }

  private static boolean isTaken(
      String pointer, Reported.Field field, Wanted wanted, TwinModel model) {
    return switch (model.conflict(pointer)) {
      case DESIRED -> false;
      case DEVICE -> field.changedMicros() > wanted.agreedMicros();
      case NEWEST ->
          field.changedMicros() > wanted.changedMicros().getOrDefault(pointer, Long.MAX_VALUE);
    };
  }
}
