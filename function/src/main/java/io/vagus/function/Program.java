package io.vagus.function;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.alloc.ExactMemAllocStrategy;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import io.vagus.kit.VagusException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A module, checked against its manifest and bounds, metered and compiled to Java's bytecode: what
 * instances are made of. Immutable.
 */
final class Program {
  private static final int MAX_TABLE = 10_000;

  private final WasmModule module;
  private final Metering.Metered metered;
  private final Optional<MemoryLimits> memory;
  private final Function<Instance, Machine> machines;

  private Program(
      WasmModule module,
      Metering.Metered metered,
      Optional<MemoryLimits> memory,
      Function<Instance, Machine> machines) {
    this.module = module;
    this.metered = metered;
    this.memory = memory;
    this.machines = machines;
  }

  /** An INVALID_REQUEST says what is not taken, and what is. */
  static Program of(String name, byte[] bytes, Manifest manifest, Limits limits) {
    if (bytes.length > limits.moduleBytes()) {
      throw Refusal.of(name, bytes.length + " bytes (expected: <= " + limits.moduleBytes() + ")");
    }
    try {
      byte[] plain = Outline.of(bytes);
      WasmModule given = Parser.parse(plain);
      requireNoImports(name, given);
      requireExports(name, given, manifest);
      requireSmallTables(name, given);
      Optional<MemoryLimits> memory = memory(name, given, limits);
      Metering.Metered metered = Metering.of(plain, limits);
      WasmModule module = Parser.parse(metered.module());
      return new Program(
          module,
          metered,
          memory,
          MachineFactoryCompiler.builder(module)
              .withInterpreterFallback(InterpreterFallback.FAIL)
              .compile());
    } catch (VagusException e) {
      throw e;
    } catch (RuntimeException
        | AssertionError
        | ClassFormatError
        | VerifyError
        | StackOverflowError e) {
      // What a module can bring upon parser and compiler ends with the module.
      throw Refusal.of(name, "is no WebAssembly that is taken: " + e.getMessage());
    }
  }

  private static void requireSmallTables(String name, WasmModule module) {
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      long entries = module.tableSection().getTable(i).limits().min();
      if (entries > MAX_TABLE) {
        throw Refusal.of(name, "table of " + entries + " (expected: <= " + MAX_TABLE + ")");
      }
    }
  }

  private static void requireNoImports(String name, WasmModule module) {
    module.importSection().stream()
        .findFirst()
        .ifPresent(wanted -> {
          throw Refusal.of(
              name,
              "wants to import "
                  + wanted.module()
                  + "."
                  + wanted.name()
                  + " (expected: no imports; it computes and nothing else)");
        });
  }

  private static void requireExports(String name, WasmModule module, Manifest manifest) {
    Map<String, Export> exports = new HashMap<>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      exports.put(export.name(), export);
    }
    for (Manifest.Signature signature : manifest.functions()) {
      requireFunction(
          name, module, exports, signature.name(), Abi.type(signature), signature.text());
      if (Abi.needsAlloc(signature)) {
        requireFunction(name, module, exports, Abi.ALLOC, Abi.ALLOC_TYPE, "where arguments go");
      }
    }
    if (Abi.needsMemory(manifest)
        && (exports.get(Abi.MEMORY) == null
            || exports.get(Abi.MEMORY).exportType() != ExternalType.MEMORY)) {
      throw Refusal.of(name, "exports no memory (expected: \"memory\", for lists and texts)");
    }
  }

  private static void requireFunction(
      String name,
      WasmModule module,
      Map<String, Export> exports,
      String function,
      FunctionType expected,
      String what) {
    Export export = exports.get(function);
    if (export == null || export.exportType() != ExternalType.FUNCTION) {
      throw Refusal.of(name, "exports no function " + function + " (expected: " + what + ")");
    }
    int type = module.functionSection().getFunctionType(export.index());
    FunctionType is = module.typeSection().getType(type);
    if (!is.equals(expected)) {
      throw Refusal.of(name, "%s is %s (expected: %s, %s)".formatted(function, is, expected, what));
    }
  }

  private static Optional<MemoryLimits> memory(String name, WasmModule module, Limits limits) {
    return module
        .memorySection()
        .filter(section -> section.memoryCount() > 0)
        .map(section -> {
          MemoryLimits wanted = section.getMemory(0).limits();
          if (wanted.initialPages() > limits.memoryPages() || wanted.shared()) {
            throw Refusal.of(
                name,
                "memory of %d pages of 64 KiB%s (expected: <= %d, not shared)"
                    .formatted(
                        wanted.initialPages(),
                        wanted.shared() ? ", shared" : "",
                        limits.memoryPages()));
          }
          return new MemoryLimits(
              wanted.initialPages(), Math.min(wanted.maximumPages(), limits.memoryPages()));
        });
  }

  /** A new one, whose start has run. */
  Instance instance() {
    Instance.Builder builder =
        Instance.builder(module)
            .withMachineFactory(machines)
            .withMemoryFactory(of -> new ByteArrayMemory(of, new ExactMemAllocStrategy()))
            .withStart(false);
    memory.ifPresent(builder::withMemoryLimits);
    return builder.build();
  }

  Metering.Metered metered() {
    return metered;
  }
}
