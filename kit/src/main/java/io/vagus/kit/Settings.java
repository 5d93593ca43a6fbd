package io.vagus.kit;

import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settings from one file, then the environment, then flags; the later wins. Each module has one
 * configuration record whose components are its keys: {@code maxBytes} of section {@code journal}
 * is {@code journal.max-bytes} in the file and as a flag, {@code VAGUS_JOURNAL_MAX_BYTES} in the
 * environment. Defaults are an instance of the record; ranges are checked by its constructor.
 *
 * <p>Not thread-safe: used once, while starting.
 */
public final class Settings {

  /** One effective value and where it comes from. */
  public record Effective(String key, String value, String origin, String meaning) {}

  private record Given(String value, String origin) {}

  /** Variables that the launcher and the API's client read. */
  private static final Set<String> NOT_SETTINGS =
      Set.of("VAGUS_CONFIG", "VAGUS_JAVA_OPTS", "VAGUS_TOKEN", "VAGUS_URL");

  private final Map<String, Given> given;
  private final Map<String, Effective> effective = new TreeMap<>();

  private Settings(Map<String, Given> given) {
    this.given = given;
  }

  /**
   * @param file read when present; a {@code key = value} a line, {@code #} comments
   * @param environment as {@link System#getenv()}; only {@code VAGUS_…} counts
   * @param flags keys as in the file
   * @param aliases short names by which the file, the environment and flags may call a key
   */
  public static Settings of(
      @Nullable Path file,
      Map<String, String> environment,
      Map<String, String> flags,
      Map<String, String> aliases) {
    Map<String, Given> given = new LinkedHashMap<>();
    if (file != null) {
      readFile(file)
          .forEach((k, v) -> given.put(aliases.getOrDefault(k, k), new Given(v, file.toString())));
    }
    environment.forEach((name, value) -> {
      if (name.startsWith("VAGUS_") && !NOT_SETTINGS.contains(name)) {
        String key = keyOfVariable(name);
        given.put(aliases.getOrDefault(key, key), new Given(value, name));
      }
    });
    flags.forEach((k, v) -> given.put(aliases.getOrDefault(k, k), new Given(v, "--" + k)));
    return new Settings(given);
  }

  /** The first underscore ends the section, the others are hyphens. */
  private static String keyOfVariable(String name) {
    String key = name.substring("VAGUS_".length()).toLowerCase(Locale.ROOT);
    int cut = key.indexOf('_');
    return cut < 0 ? key : key.substring(0, cut) + "." + key.substring(cut + 1).replace('_', '-');
  }

  private static Map<String, String> readFile(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new VagusException(
          ErrorCode.INVALID_SETTING, "configuration file " + file + ": " + e.getMessage(), e);
    }
    Map<String, String> map = new TreeMap<>();
    properties.forEach((k, v) -> map.put((String) k, (String) v));
    return map;
  }

  /** The section's record: the defaults with what was given put in their place. */
  public <R extends Record> R bind(String section, R defaults) {
    @SuppressWarnings("unchecked")
    Class<R> type = (Class<R>) defaults.getClass();
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(section, components[i], defaults);
    }
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new VagusException(
          ErrorCode.INVALID_SETTING, section + "." + cause.getMessage(), cause);
    } catch (ReflectiveOperationException e) {
      throw new VagusException(ErrorCode.INTERNAL, type + " is no configuration record", e);
    }
  }

  private Object value(String section, RecordComponent component, Record defaults) {
    String key = section + "." + kebab(component.getName());
    Setting setting = component.getAnnotation(Setting.class);
    String meaning = setting == null ? "" : setting.value();
    Given g = given.get(key);
    try {
      component.getAccessor().setAccessible(true);
      Object standard = component.getAccessor().invoke(defaults);
      Object value = g == null ? standard : parse(component.getType(), g.value());
      String shown =
          setting != null && setting.secret() ? "(hidden)" : show(component.getType(), value);
      effective.put(key, new Effective(key, shown, g == null ? "default" : g.origin(), meaning));
      return value;
    } catch (IllegalArgumentException e) {
      throw new VagusException(
          ErrorCode.INVALID_SETTING,
          key + ": " + e.getMessage() + (g == null ? "" : ", from " + g.origin()),
          e);
    } catch (ReflectiveOperationException e) {
      throw new VagusException(ErrorCode.INTERNAL, "cannot read " + key, e);
    }
  }

  /** Call when all sections are bound: a key that none of them has stops the start. */
  public void refuseUnknown() {
    for (Map.Entry<String, Given> entry : given.entrySet()) {
      if (!effective.containsKey(entry.getKey())) {
        throw new VagusException(
            ErrorCode.INVALID_SETTING,
            "unknown setting "
                + entry.getKey()
                + " from "
                + entry.getValue().origin()
                + Spelling.hint(entry.getKey(), effective.keySet())
                + "; `./vagus config` lists all");
      }
    }
  }

  /** Every key with its effective value and origin, sorted by key; secrets are hidden. */
  public List<Effective> effective() {
    return new ArrayList<>(effective.values());
  }

  private static String kebab(String camel) {
    return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static Object parse(Class<?> type, String text) {
    String s = text.strip();
    if (type == String.class) {
      return s;
    } else if (type == int.class) {
      return Integer.parseInt(s);
    } else if (type == long.class) {
      return Long.parseLong(s);
    } else if (type == double.class) {
      return Double.parseDouble(s);
    } else if (type == boolean.class) {
      return parseBoolean(s);
    } else if (type == Duration.class) {
      return Durations.parse(s);
    } else if (type == DataSize.class) {
      return DataSize.parse(s);
    } else if (type == Path.class) {
      return Path.of(s);
    } else if (type == HostPort.class) {
      return HostPort.parse(s);
    } else if (type.isEnum()) {
      return parseEnum(type, s);
    }
    throw new VagusException(ErrorCode.INTERNAL, "settings of type " + type + " are not known");
  }

  private static boolean parseBoolean(String s) {
    return switch (s) {
      case "true", "on", "yes", "" -> true;
      case "false", "off", "no" -> false;
      default -> throw new IllegalArgumentException("\"" + s + "\" (expected: true or false)");
    };
  }

  private static Object parseEnum(Class<?> type, String s) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = show(type, constant);
      if (name.equalsIgnoreCase(s)) {
        return constant;
      }
      names.add(name);
    }
    throw new IllegalArgumentException("\"" + s + "\" (expected one of: " + names + ")");
  }

  private static String show(Class<?> type, Object value) {
    if (type.isEnum()) {
      return ((Enum<?>) value).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    return value instanceof Duration d ? Durations.format(d) : String.valueOf(value);
  }
}
