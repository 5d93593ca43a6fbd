package io.vagus.rule.function;

import io.vagus.expression.Functions;
import io.vagus.function.FunctionModule;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * Modules of functions. One is never changed: each time it is saved, and when it is deleted, it has
 * another version. Each change is one event. Calls may block on disk. Thread-safe.
 */
public interface FunctionBook {
  int MAX_MODULES = 200;

  /**
   * Makes a version, checked and warm before it is in force; none when nothing would differ. An
   * INVALID_REQUEST names what is not taken.
   *
   * @param manifest as JSON
   * @param ifVersion only when that is its version; 0: when there is none
   */
  FunctionChange save(String module, String manifest, byte[] wasm, OptionalLong ifVersion);

  /**
   * @param ifVersion only when that is its version
   * @return whether it was there
   */
  boolean delete(String module, OptionalLong ifVersion);

  /** Those there are, in order of their names, from memory. */
  List<FunctionChange> all();

  /** What became of one, the newest first; also of one that is no more. */
  List<FunctionChange> versions(String module);

  /** Ready to be called, from memory. */
  Optional<FunctionModule> module(String module);

  /** Of all modules, from memory: {@code module.function}; the same as long as none changes. */
  Functions functions();

  /** The version that each function has, from memory. */
  Map<String, Integer> versions();

  /**
   * As {@link #functions()}, but those named as they were.
   *
   * @param versions by function; 0: there was none
   */
  Functions at(Map<String, Integer> versions);

  /** Called with each function's name and version when it has another one; 0: it is no more. */
  void addListener(BiConsumer<String, Integer> changed);

  default Optional<FunctionChange> find(String module) {
    return all().stream().filter(change -> change.module().equals(module)).findFirst();
  }

  /**
   * That a change may be made.
   *
   * @param version the module's; 0: there is none
   */
  static void requireVersion(long version, OptionalLong ifVersion) {
    if (ifVersion.isPresent() && ifVersion.getAsLong() != version) {
      throw new VagusException(
          ErrorCode.PRECONDITION_FAILED,
          "version: " + version + " (expected: " + ifVersion.getAsLong() + ", as If-Match says)");
    }
  }

  /** That there is room for one more. */
  static void requireRoom(int modules) {
    if (modules >= MAX_MODULES) {
      throw new VagusException(
          ErrorCode.CONFLICT, "functions: " + modules + " (expected: < " + MAX_MODULES + ")");
    }
  }
}
