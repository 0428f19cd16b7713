using StreamBert.CodeMetrics;

// Usage: StreamBert.CodeMetrics [CHECKOUT] [--list MEASURE]
// Prints a table of the measures of a checkout (default: the one that contains the current folder), or the places one of them counts.
var list = Array.IndexOf(args, "--list") is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
var folder = args.Length > 0 && args[0] != "--list" ? args[0] : null;
var checkout = folder is null ? Repository.Containing(Environment.CurrentDirectory) : new Repository(Path.GetFullPath(folder));
var table = new MetricsTable(checkout);
foreach (var line in list is null ? table.Rows() : table.Places(list))
    Console.WriteLine(line);
