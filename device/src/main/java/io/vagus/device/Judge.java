package io.vagus.device;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges a product's interlocks. Thread-safe. */
interface Judge {

  /**
   * Why not.
   *
   * @param interlock its id
   * @param seen the values that it looked at; null: missing
   */
  record Refused(String interlock, String detail, Map<String, @Nullable Object> seen) {}

  /** Empty: nothing speaks against the command. */
  Optional<Refused> ofCommand(
      String name, Map<String, @Nullable Object> args, Known.Moment known, Instant now);

  /** Empty: nothing speaks against the value of the desired field, or of what is around it. */
  Optional<Refused> ofField(String pointer, Object value, Known.Moment known, Instant now);

  /** Of those interlocks; without CEL on the class path, all of them refuse. */
  static Judge of(InterlockSet set, String device) {
    try {
      return new CelJudge(set, device);
    } catch (NoClassDefFoundError e) {
      return new NoJudge(set);
    }
  }

  /** Without the means to judge: what is guarded is not done. */
  record NoJudge(InterlockSet set) implements Judge {
    @Override
    public Optional<Refused> ofCommand(
        String name, Map<String, @Nullable Object> args, Known.Moment known, Instant now) {
      InterlockSet.OfCommand of = set.commands().get(name);
      return of == null ? Optional.empty() : first(of.interlocks());
    }

    @Override
    public Optional<Refused> ofField(
        String pointer, Object value, Known.Moment known, Instant now) {
      return first(set.desired().getOrDefault(pointer, List.of()));
    }

    private static Optional<Refused> first(List<InterlockSet.Text> interlocks) {
      return interlocks.stream()
          .findFirst()
          .map(one ->
              new Refused(
                  one.id(),
                  one.message()
                      + " (cannot be judged: no CEL on the class path of this device; expected:"
                      + " io.vagus:expression)",
                  Map.of()));
    }
  }
}
