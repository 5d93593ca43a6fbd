package io.vagus.rule.engine;

import io.vagus.expression.Functions;
import io.vagus.model.ProductModel;
import io.vagus.rule.RuleBook;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The rule book's newest revision, compiled when somebody asks. Thread-safe. */
public final class CompiledBook implements Supplier<CompiledRules> {
  private final RuleBook book;
  private final Supplier<List<ProductModel>> products;
  private final Supplier<Functions> functions;
  private CompiledRules last = CompiledRules.NONE;

  public CompiledBook(
      RuleBook book, Supplier<List<ProductModel>> products, Supplier<Functions> functions) {
    this.book = book;
    this.products = products;
    this.functions = functions;
  }

  @Override
  public synchronized CompiledRules get() {
    if (book.revision() != last.revision()) {
      last = CompiledRules.of(book.at(book.revision()), models(), functions.get(), last);
    }
    return last;
  }

  /** Those that are in force. */
  public Products models() {
    Map<String, ProductModel> byId =
        products.get().stream().collect(Collectors.toMap(ProductModel::id, Function.identity()));
    return new Products(byId);
  }
}
