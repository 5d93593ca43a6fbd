package io.vagus.function;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import io.vagus.expression.FunctionException;
import io.vagus.expression.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How values cross (docs/functions.md): number f64, integer i64, boolean i32; a list of numbers or
 * a text as two i32, where it begins and how many numbers (f64, little endian) or bytes (UTF-8) it
 * has, in memory from the module's own {@code alloc}; as a result as one i64, the beginning in its
 * upper half. Pure.
 */
final class Abi {
  static final String MEMORY = "memory";
  static final String ALLOC = "alloc";
  static final FunctionType ALLOC_TYPE =
      FunctionType.of(List.of(ValType.I32), List.of(ValType.I32));

  private Abi() {}

  static FunctionType type(Manifest.Signature signature) {
    List<ValType> parameters = new ArrayList<>();
    for (Type.Plain type : signature.types()) {
      if (isInMemory(type)) {
        parameters.add(ValType.I32);
        parameters.add(ValType.I32);
      } else {
        parameters.add(alone(type));
      }
    }
    return FunctionType.of(
        parameters,
        List.of(isInMemory(signature.result()) ? ValType.I64 : alone(signature.result())));
  }

  static boolean needsMemory(Manifest manifest) {
    return manifest.functions().stream().anyMatch(of -> isInMemory(of.result()) || needsAlloc(of));
  }

  static boolean needsAlloc(Manifest.Signature signature) {
    return signature.types().stream().anyMatch(Abi::isInMemory);
  }

  private static boolean isInMemory(Type.Plain type) {
    return type == Type.Plain.NUMBERS || type == Type.Plain.TEXT;
  }

  private static ValType alone(Type.Plain type) {
    return switch (type) {
      case NUMBER -> ValType.F64;
      case INTEGER -> ValType.I64;
      default -> ValType.I32;
    };
  }

  /** The arguments as the function takes them, lists and texts written into its memory. */
  static long[] pass(List<Object> arguments, Instance to, Limits limits) throws FunctionException {
    long[] passed = new long[2 * arguments.size()];
    int count = 0;
    for (Object argument : arguments) {
      switch (argument) {
        case Double number -> passed[count++] = Double.doubleToRawLongBits(number);
        case Long integer -> passed[count++] = integer;
        case Boolean is -> passed[count++] = is ? 1 : 0;
        case String text -> {
          byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
          requireAtMost("a text's bytes", utf8.length, limits.textBytes());
          passed[count++] = put(utf8, to);
          passed[count++] = utf8.length;
        }
        case List<?> list -> {
          requireAtMost("a list's numbers", list.size(), limits.listLength());
          passed[count++] = put(bytes(list), to);
          passed[count++] = list.size();
        }
        default -> throw new IllegalArgumentException(argument.getClass().getName());
      }
    }
    return Arrays.copyOf(passed, count);
  }

  private static byte[] bytes(List<?> numbers) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Double.BYTES * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(number -> buffer.putDouble((Double) number));
    return buffer.array();
  }

  private static int put(byte[] bytes, Instance to) throws FunctionException {
    int at = (int) to.export(ALLOC).apply(bytes.length)[0];
    requireWithin("alloc gave", at, bytes.length, to);
    to.memory().write(at, bytes);
    return at;
  }

  /** The result, which is of that type. */
  static Object take(long raw, Type.Plain type, Instance from, Limits limits)
      throws FunctionException {
    return switch (type) {
      case NUMBER -> finite(Double.longBitsToDouble(raw));
      case INTEGER -> raw;
      case BOOLEAN -> (int) raw != 0;
      case TEXT -> text(bytes(raw, 1, "its text has bytes", limits.textBytes(), from));
      default -> numbers(bytes(raw, 8, "its list has numbers", limits.listLength(), from));
    };
  }

  private static byte[] bytes(long raw, int width, String what, int most, Instance from)
      throws FunctionException {
    int at = (int) (raw >>> 32);
    long count = raw & 0xFFFF_FFFFL;
    requireAtMost(what, count, most);
    requireWithin("its result is", at, width * count, from);
    return from.memory().readBytes(at, (int) (width * count));
  }

  private static void requireAtMost(String what, long count, int most) throws FunctionException {
    if (count > most) {
      throw new FunctionException("%s: %d (expected: <= %d)".formatted(what, count, most));
    }
  }

  private static void requireWithin(String what, int at, long length, Instance of)
      throws FunctionException {
    long size = of.memory().pages() * 65_536L;
    if (at < 0 || at + length > size) {
      throw new FunctionException(
          "%s at %d, %d bytes long (expected: within memory of %d)"
              .formatted(what, Integer.toUnsignedLong(at), length, size));
    }
  }

  private static double finite(double number) throws FunctionException {
    if (!Double.isFinite(number)) {
      throw new FunctionException("its result is " + number + " (expected: a finite number)");
    }
    return number;
  }

  private static List<Double> numbers(byte[] bytes) throws FunctionException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Double> numbers = new ArrayList<>(bytes.length / Double.BYTES);
    while (buffer.hasRemaining()) {
      numbers.add(finite(buffer.getDouble()));
    }
    return numbers;
  }

  private static String text(byte[] utf8) throws FunctionException {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new FunctionException("its text is no UTF-8");
    }
  }
}
