package io.vagus.function;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Modules that come with Vagus, each with its source in C: to use, and to begin from. */
public final class Shipped {
  public static final List<String> NAMES = List.of("debounce", "geofence", "units", "vibration");

  private Shipped() {}

  public static byte[] module(String name) {
    return read(name, ".wasm");
  }

  /** As JSON. */
  public static String manifest(String name) {
    return new String(read(name, ".json"), StandardCharsets.UTF_8);
  }

  private static byte[] read(String name, String extension) {
    if (!NAMES.contains(name)) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "example: " + name + " (expected: one of " + String.join(", ", NAMES) + ")");
    }
    String file = "examples/" + name + extension;
    try (InputStream in = Shipped.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
