package io.vagus.expression;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A scope's types in CEL's words; a group of fields becomes a structure, named by its path. */
final class CelTypes {
  private final Map<String, CelType> structures = new HashMap<>();

  CelType of(String path, Type type) {
    return switch (type) {
      case Type.Plain plain -> plain(plain);
      case Type.Fields fields -> structure(path, fields);
    };
  }

  private CelType structure(String path, Type.Fields fields) {
    ImmutableMap.Builder<String, CelType> building = ImmutableMap.builder();
    fields.of().forEach((name, its) -> building.put(name, of(path + "." + name, its)));
    ImmutableMap<String, CelType> of = building.buildOrThrow();
    // A name that no expression can say: "readings.pressure" would be the type, not the value.
    String type = "{" + path + "}";
    StructType structure =
        StructType.create(type, of.keySet(), name -> Optional.ofNullable(of.get(name)));
    structures.put(type, structure);
    return structure;
  }

  static CelType plain(Type.Plain type) {
    return switch (type) {
      case NUMBER -> SimpleType.DOUBLE;
      case INTEGER -> SimpleType.INT;
      case BOOLEAN -> SimpleType.BOOL;
      case TEXT -> SimpleType.STRING;
      case TIME -> SimpleType.TIMESTAMP;
      case DURATION -> SimpleType.DURATION;
      case TEXTS -> ListType.create(SimpleType.STRING);
      case NUMBERS -> ListType.create(SimpleType.DOUBLE);
      case ANY -> SimpleType.DYN;
      case DOCUMENT -> MapType.create(SimpleType.STRING, SimpleType.DYN);
    };
  }

  /** The structures of all that was asked for. */
  CelTypeProvider provider() {
    return new Structures(ImmutableMap.copyOf(structures));
  }

  private record Structures(ImmutableMap<String, CelType> byName) implements CelTypeProvider {
    @Override
    public ImmutableCollection<CelType> types() {
      return byName.values();
    }

    @Override
    public Optional<CelType> findType(String name) {
      return Optional.ofNullable(byName.get(name));
    }
  }
}
