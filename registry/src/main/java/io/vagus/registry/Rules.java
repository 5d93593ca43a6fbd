package io.vagus.registry;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Detail;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry.Grant;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What every engine of the registry takes and refuses, and how it says so. */
public final class Rules {
  static final int MIN_SECRET_BYTES = 8;
  static final int MAX_SECRET_BYTES = 256;
  static final int MAX_NAME_CHARS = 256;
  static final int MAX_HOLDER_CHARS = 128;
  static final int MAX_TAGS = 64;
  static final int MAX_FILTER_TAGS = 8;
  private static final int MAX_TAG_NAME_CHARS = 256;
  private static final int MAX_TAG_VALUE_CHARS = 256;
  private static final int MAX_GRANTS = 1000;
  private static final int MAX_TOPIC_BYTES = 65_535;
  private static final int MAX_ANSWER_KEY_CHARS = 256;

  private Rules() {}

  /** Every text of a model, so that each engine can hold it. */
  public static void requireStorable(ProductModel model) {
    requireText("name", model.name(), MAX_NAME_CHARS);
    model
        .metrics()
        .forEach((name, metric) -> {
          requireText("metrics." + name, name, MAX_NAME_CHARS);
          requireText("metrics." + name + ".unit", metric.unit(), MAX_NAME_CHARS);
          if (!name.equals(metric.name())) {
            throw invalid(
                "metrics." + name + ": \"" + metric.name() + "\" (expected: the same name)");
          }
        });
  }

  /** 8 to 256 bytes of UTF-8, and not soon guessed; the message never holds it. */
  public static void requireSecret(String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < MIN_SECRET_BYTES || bytes > MAX_SECRET_BYTES) {
      throw invalid("secret: " + bytes + " bytes (expected: 8 to 256)");
    }
    if (secret.startsWith(Secret.Generated.PREFIX) || secret.startsWith(BoundTokens.PREFIX)) {
      throw invalid(
          "secret: begins with "
              + secret.substring(0, Secret.Generated.PREFIX.length())
              + " (expected: another beginning, since that is of secrets the server makes)");
    }
    WeakSecrets.why(secret)
        .ifPresent(why -> {
          throw invalid("secret: " + why);
        });
  }

  public static void requireFilter(Registry.DeviceFilter filter) {
    filter.text().ifPresent(t -> requireText("text", t, MAX_NAME_CHARS));
    requireTags(filter.tags(), MAX_FILTER_TAGS);
    requireDetails(filter.details());
  }

  /**
   * @param grants topic filters as MQTT 5.0 §4.7 has them
   */
  public static void requireApplication(String name, Optional<String> secret, List<Grant> grants) {
    requireText("application", name, MAX_HOLDER_CHARS);
    if (name.isBlank()) {
      throw invalid("application: \"" + name + "\" (expected: 1 to 128 characters)");
    }
    secret.ifPresent(Rules::requireSecret);
    if (grants.size() > MAX_GRANTS) {
      throw invalid("grants: " + grants.size() + " (expected: <= " + MAX_GRANTS + ")");
    }
    grants.forEach(grant -> requireTopicFilter(grant.filter()));
  }

  private static void requireTopicFilter(String filter) {
    requireText("filter", filter, MAX_TOPIC_BYTES);
    String[] levels = filter.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      boolean manyAtEnd = levels[i].equals("#") && i == levels.length - 1;
      boolean plain = levels[i].indexOf('#') < 0 && levels[i].indexOf('+') < 0;
      if (filter.isEmpty() || !(manyAtEnd || plain || levels[i].equals("+"))) {
        throw invalid("filter: \"" + filter + "\" (expected: a topic filter, MQTT 5.0 §4.7)");
      }
    }
  }

  public static void requireAnswerKey(String key) {
    requireText("idempotencyKey", key, MAX_ANSWER_KEY_CHARS);
  }

  static void requireTags(Map<String, String> tags, int max) {
    if (tags.size() > max) {
      throw invalid("tags: " + tags.size() + " (expected: <= " + max + ")");
    }
    tags.forEach((name, value) -> {
      if (name.isEmpty()) {
        throw invalid("tags: \"\" (expected: a name of 1 to 256 characters)");
      }
      requireText("tags", name, MAX_TAG_NAME_CHARS);
      requireText("tags." + name, value, MAX_TAG_VALUE_CHARS);
    });
  }

  static void requireDetails(Map<Detail, String> details) {
    details.forEach((detail, value) -> {
      if (value.isBlank()) {
        throw invalid(detail.word() + ": \"\" (expected: 1 to 256 characters)");
      }
      requireText(detail.word(), value, MAX_TAG_VALUE_CHARS);
    });
  }

  /** Without control characters or half surrogates, which not every engine gives back. */
  static void requireText(String field, String text, int maxChars) {
    if (text.length() > maxChars) {
      throw invalid(field + ": " + text.length() + " characters (expected: <= " + maxChars + ")");
    }
    if (text.codePoints().anyMatch(c -> Character.isISOControl(c) || isHalf(c))) {
      throw invalid(field + ": has a control character (expected: printable text)");
    }
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  public static void requireApplicationExists(Catalogue catalogue, String name) {
    if (!catalogue.applications().containsKey(name)) {
      throw notFound("application: \"" + name + "\" does not exist");
    }
  }

  static VagusException invalid(String message) {
    return new VagusException(ErrorCode.INVALID_REQUEST, message);
  }

  static VagusException conflict(String message) {
    return new VagusException(ErrorCode.CONFLICT, message);
  }

  static VagusException notFound(String message) {
    return new VagusException(ErrorCode.NOT_FOUND, message);
  }
}
