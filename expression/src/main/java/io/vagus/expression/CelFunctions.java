package io.vagus.expression;

import dev.cel.common.CelErrorCode;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelEvaluationExceptionBuilder;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntimeBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Functions in CEL's words. A number's place takes an integer too, which CEL itself never does: one
 * overload for each mix of the two. Pure.
 */
final class CelFunctions {
  private CelFunctions() {}

  static void declare(Functions functions, CelCompilerBuilder builder) {
    functions
        .byName()
        .forEach((name, function) -> {
          List<CelOverloadDecl> overloads = new ArrayList<>();
          CelType result = CelTypes.plain(function.result());
          for (List<CelType> types : mixes(function)) {
            overloads.add(CelOverloadDecl.newGlobalOverload(id(name, types), result, types));
          }
          builder.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(name, overloads));
        });
  }

  @SuppressWarnings("Immutable") // a function's body is pure, which its type cannot say
  static void bind(Functions functions, CelRuntimeBuilder builder) {
    functions
        .byName()
        .forEach((name, function) -> {
          for (List<CelType> types : mixes(function)) {
            List<Class<?>> classes = new ArrayList<>();
            types.forEach(type -> classes.add(javaType(type)));
            builder.addFunctionBindings(
                CelFunctionBinding.from(
                    id(name, types), classes, arguments -> call(name, function, arguments)));
          }
        });
  }

  private static Object call(String name, Function function, Object[] arguments)
      throws CelEvaluationException {
    try {
      return function.call(Arrays.asList(arguments));
    } catch (FunctionException e) {
      throw CelEvaluationExceptionBuilder.newBuilder("%s", name + ": " + e.getMessage())
          .setErrorCode(CelErrorCode.INVALID_ARGUMENT)
          .build();
    }
  }

  /** Each list of CEL types that it can be called with. */
  private static List<List<CelType>> mixes(Function function) {
    List<List<CelType>> mixes = List.of(List.of());
    for (Type.Plain parameter : function.parameters()) {
      List<List<CelType>> longer = new ArrayList<>();
      for (List<CelType> mix : mixes) {
        for (CelType type : taken(parameter)) {
          List<CelType> one = new ArrayList<>(mix);
          one.add(type);
          longer.add(one);
        }
      }
      mixes = longer;
    }
    return mixes;
  }

  private static List<CelType> taken(Type.Plain parameter) {
    return switch (parameter) {
      case NUMBER -> List.of(SimpleType.DOUBLE, SimpleType.INT);
      case NUMBERS -> List.of(ListType.create(SimpleType.DYN));
      case INTEGER, BOOLEAN, TEXT, TIME, DURATION, TEXTS, ANY, DOCUMENT ->
          List.of(CelTypes.plain(parameter));
    };
  }

  private static String id(String name, List<CelType> types) {
    StringBuilder id = new StringBuilder(name.replace('.', '_'));
    types.forEach(type -> id.append('_').append(type.kind()));
    return id.toString();
  }

  private static Class<?> javaType(CelType type) {
    return switch (type.kind()) {
      case DOUBLE -> Double.class;
      case INT -> Long.class;
      case BOOL -> Boolean.class;
      case STRING -> String.class;
      case TIMESTAMP -> Instant.class;
      case DURATION -> Duration.class;
      case LIST -> List.class;
      case MAP -> Map.class;
      default -> Object.class;
    };
  }
}
