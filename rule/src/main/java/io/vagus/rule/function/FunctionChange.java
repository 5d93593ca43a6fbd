package io.vagus.rule.function;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of a module once; never changed. A deletion has a version of its own.
 *
 * @param version of this module, from 1
 * @param by as the event log names who did it
 * @param content empty: it was deleted
 */
public record FunctionChange(
    String module, int version, Instant at, String by, Optional<Content> content) {

  /**
   * A module as it is stored.
   *
   * @param manifest as JSON
   * @param wasm in base64
   */
  public record Content(String manifest, String wasm) {}
}
