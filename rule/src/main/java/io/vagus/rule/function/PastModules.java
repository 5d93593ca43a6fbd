package io.vagus.rule.function;

import io.vagus.function.FunctionModule;
import io.vagus.kit.VagusException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Versions that are no more, loaded when a replay asks for them; the last few stay. Guarded by
 * itself.
 */
final class PastModules implements WarmModules.Past {
  private static final int KEPT = 16;

  private record Key(String module, int version) {}

  private final BiFunction<String, Integer, Optional<FunctionChange>> stored;
  private final Map<Key, Optional<FunctionModule>> loaded =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Optional<FunctionModule>> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * @param stored what became of a module at a version
   */
  PastModules(BiFunction<String, Integer, Optional<FunctionChange>> stored) {
    this.stored = stored;
  }

  @Override
  public synchronized Optional<FunctionModule> module(String module, int version) {
    return loaded.computeIfAbsent(new Key(module, version), this::load);
  }

  private Optional<FunctionModule> load(Key key) {
    try {
      return stored
          .apply(key.module(), key.version())
          .flatMap(FunctionChange::content)
          .map(content -> WarmModules.load(key.module(), content));
    } catch (VagusException e) {
      return Optional.empty(); // taken then, not any more: a rule that calls it is broken
    }
  }
}
