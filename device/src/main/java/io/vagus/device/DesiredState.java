package io.vagus.device;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The desired state that a device holds, over restarts (device contract, Twin). Guarded by itself.
 */
final class DesiredState {
  private final Optional<Path> file;
  private long version;
  private Map<String, @Nullable Object> document = Map.of();

  /** What a message did. */
  enum Effect {
    /** There is something new to follow. */
    NEWER,
    /** Known already. */
    PASSED_OVER,
    /** A version between is missing: ask for the whole. */
    GAP,
    /** It is none of the contract's. */
    UNREADABLE
  }

  /**
   * @param file empty: it is held as long as the process lives
   */
  DesiredState(Optional<Path> file) {
    this.file = file;
    if (file.isPresent() && Files.exists(file.get())) {
      try {
        receive(Files.readAllBytes(file.get()), false);
      } catch (IOException e) {
        throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file.get() + ": " + e, e);
      }
    }
  }

  synchronized Effect receive(byte[] payload) {
    return receive(payload, true);
  }

  private Effect receive(byte[] payload, boolean keep) {
    Map<String, @Nullable Object> json = JsonReader.object(payload).orElse(Map.of());
    if (!(json.get("version") instanceof Long newer)) {
      return Effect.UNREADABLE;
    }
    if (newer <= version) {
      return Effect.PASSED_OVER;
    }
    if (json.get("desired") instanceof Map<?, ?> whole) {
      document = patched(Map.of(), whole);
    } else if (json.get("delta") instanceof Map<?, ?> delta) {
      if (!Long.valueOf(version).equals(json.get("base"))) {
        return Effect.GAP;
      }
      document = patched(document, delta);
    } else {
      return Effect.UNREADABLE;
    }
    version = newer;
    if (keep && file.isPresent()) {
      String held = Json.text(Map.of("version", version, "desired", document));
      DurableFile.replace(file.get(), held.getBytes(StandardCharsets.UTF_8));
    }
    return Effect.NEWER;
  }

  /** JSON Merge Patch (RFC 7386 §2). */
  static Map<String, @Nullable Object> patched(Map<?, ?> target, Map<?, ?> patch) {
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    target.forEach((name, value) -> result.put(String.valueOf(name), value));
    patch.forEach((name, value) -> {
      String key = String.valueOf(name);
      if (value == null) {
        result.remove(key);
      } else if (value instanceof Map<?, ?> inner) {
        result.put(key, patched(result.get(key) instanceof Map<?, ?> m ? m : Map.of(), inner));
      } else {
        result.put(key, value);
      }
    });
    return result;
  }

  synchronized long version() {
    return version;
  }

  synchronized Map<String, @Nullable Object> document() {
    return document;
  }
}
