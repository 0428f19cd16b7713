using System.Globalization;

namespace StreamBert.Cli.Files;

/// <summary>The rows at fault of a file that is needed whole.</summary>
internal sealed class RowFaults
{
    private const int MaxShown = 5;
    private readonly List<string> _shown = [];

    public long Count { get; private set; }

    public void Add(Row row, string detail)
    {
        if (++Count <= MaxShown)
            _shown.Add($"{row.Place}: {detail.TrimEnd('.')}");
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Count:N0} row{(Count == 1 ? "" : "s")} that cannot be used: {string.Join("; ", _shown)}{(Count > MaxShown ? "; …" : "")}");
}
