using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>A row of a CSV body.</summary>
/// <param name="Line">The last line of the row in the file.</param>
/// <param name="Item">The parsed row; null if it has a fault.</param>
/// <param name="Fault">What is wrong with the row; null if nothing is.</param>
internal sealed record CsvRow<T>(int Line, ParsedItem<T>? Item, ApiException? Fault);
