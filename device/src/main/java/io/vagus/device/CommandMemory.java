package io.vagus.device;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last command of each lane and its result, so that none is carried out twice over a restart.
 * Guarded by itself.
 */
final class CommandMemory {
  /** What is remembered of a lane; result: the payload that was sent, null before there is one. */
  record Taken(String id, long seq, @Nullable String result) {}

  private final Optional<Path> file;
  private final Map<Command.Lane, Taken> lanes = new EnumMap<>(Command.Lane.class);

  /**
   * @param file empty: what is remembered ends with the process
   */
  CommandMemory(Optional<Path> file) {
    this.file = file;
    if (file.isPresent() && Files.exists(file.get())) {
      load(file.get());
    }
  }

  private void load(Path from) {
    try {
      Map<String, @Nullable Object> stored =
          JsonReader.object(Files.readAllBytes(from)).orElse(Map.of());
      for (Command.Lane lane : Command.Lane.values()) {
        if (stored.get(lane.name()) instanceof Map<?, ?> m
            && m.get("id") instanceof String id
            && m.get("seq") instanceof Long seq) {
          lanes.put(lane, new Taken(id, seq, m.get("result") instanceof String r ? r : null));
        }
      }
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + from + ": " + e, e);
    }
  }

  synchronized Optional<Taken> last(Command.Lane lane) {
    return Optional.ofNullable(lanes.get(lane));
  }

  /** Returns when it is on the disk. */
  synchronized void remember(Command.Lane lane, Taken taken) {
    lanes.put(lane, taken);
    if (file.isPresent()) {
      Map<String, Object> all = new LinkedHashMap<>();
      lanes.forEach((l, t) -> {
        Map<String, Object> one = new LinkedHashMap<>(Map.of("id", t.id(), "seq", t.seq()));
        if (t.result() != null) {
          one.put("result", t.result());
        }
        all.put(l.name(), one);
      });
      DurableFile.replace(file.get(), Json.text(all).getBytes(StandardCharsets.UTF_8));
    }
  }
}
