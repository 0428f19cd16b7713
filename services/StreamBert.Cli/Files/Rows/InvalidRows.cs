using System.Globalization;

namespace StreamBert.Cli.Files.Rows;

/// <summary>Collects the invalid rows of a file whose rows must all be valid.</summary>
internal sealed class InvalidRows
{
    private const int MaxShown = 5;
    private readonly List<string> _shown = [];

    public long Count { get; private set; }

    public void Add(Row row, string detail)
    {
        if (++Count <= MaxShown)
            _shown.Add($"{row.Location}: {detail.TrimEnd('.')}");
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count:N0} invalid row{(Count == 1 ? "" : "s")}: {string.Join("; ", _shown)}{(Count > MaxShown ? "; …" : "")}");
}
