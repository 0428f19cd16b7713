using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StreamBert.Cli.Files;

namespace StreamBert.Cli.Replay;

/// <summary>
/// What a file holds by the columns of a replay: it is read once before any of it is fed, so that a file that breaks off is refused as a
/// whole.
/// </summary>
/// <param name="Order">In which order its rows are to be fed.</param>
/// <param name="Remarks">What a person should know of it, in sentences.</param>
internal sealed record FileCheck(long Rows, RowOrder Order, IReadOnlyList<string> Remarks)
{
    private const int ShownFaults = 3;

    /// <param name="seen">Told of every row.</param>
    public static FileCheck Of(ReplayOptions options, Action<Row> seen, CancellationToken cancellation)
    {
        var (reader, attributes, order, ids, noted) = (new RowReader(options), new RowAttributes(
            options), new Disorder(), new RepeatedIds(), new List<string>());
        var faults = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var shown = new List<string>();
        var (rows, notes) = (0L, 0L);
        foreach (var row in options.File.Rows())
        {
            cancellation.ThrowIfCancellationRequested();
            seen(row);
            rows++;
            var reading = reader.Read(row);
            if (reading.Time is { } time)
                order.See(time);
            if (row.Content.Note is { } note && ++notes == 1)
                noted.Add($"{row.Place}: {note}");
            var fault = reading.Fault ?? RowText.TooLarge(
                options,
                row,
                RowText.Event(options, attributes, row, row.Find(options.IdColumn) ?? "", reading, default));
            if (fault is not null && Count(faults, fault.Reason) && shown.Count < ShownFaults)
                shown.Add(fault.Detail);
            if (fault is null && row.Find(options.IdColumn) is { } id)
                ids.See(id, row);
        }
        return new(rows, order.Most > options.Pipeline.Monitor.AllowedLateness ? RowOrder.Time : RowOrder.File,
        [
            .. Faulty(rows, faults, shown), .. notes > 0
                ? [$"{notes:N0} rows were read otherwise than they are written; the first: {noted[0]}."]
                : (string[])[],
            .. attributes.Losses, .. ids.Remarks(options), .. order.Remarks(options),
        ]);
    }

    private static bool Count(SortedDictionary<string, long> faults, string reason)
    {
        faults[reason] = faults.GetValueOrDefault(reason) + 1;
        return true;
    }

    private static IEnumerable<string> Faulty(long rows, SortedDictionary<string, long> faults, List<string> shown)
    {
        if (faults.Count == 0)
            return [];
        var count = faults.Values.Sum();
        return
        [
            $"{count:N0} of {rows:N0} rows cannot be read and become dead letters ({string.Join(", ", faults.Select(static fault => $"{fault.Key} {fault.Value:N0}"))}):",
            .. shown.Select(static detail => $"  {detail}"), .. count > shown.Count
                ? ["  … (streambert deadletter list shows all)"]
                : (string[])[],
        ];
    }

    /// <summary>
    /// Rows with the id of an earlier row. Both are classified and counted, but a prediction is found by its id, so that only the last can
    /// be looked up.
    /// </summary>
    private sealed class RepeatedIds
    {
        /// <summary>Ids that are compared, some 100 MB of their hashes.</summary>
        private const int MaxCompared = 4_000_000;

        private readonly HashSet<long> _seen = [];
        private string? _first;
        private long _repeated, _notCompared;

        public void See(string id, Row row)
        {
            var hash = BitConverter.ToInt64(SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan())));
            if (_seen.Contains(hash))
                (_first, _repeated) = (_first ?? row.Place, _repeated + 1);
            else if (_seen.Count < MaxCompared)
                _seen.Add(hash);
            else
                _notCompared++;
        }

        public IEnumerable<string> Remarks(ReplayOptions options)
        {
            if (_repeated > 0)
            {
                yield return $"{_repeated:N0} rows have the id of an earlier row in '{options.IdColumn}', the first: {_first}. All are classified and counted, "
                    + "but only the last prediction of each id can be looked up by it.";
            }

            if (_notCompared > 0)
                yield return $"The ids of {_notCompared:N0} rows were not compared with others: only the first {MaxCompared:N0} different ids are.";
        }
    }

    /// <summary>How far the rows are from the order of their times.</summary>
    private sealed class Disorder
    {
        private DateTimeOffset? _latest;
        private long _rows;

        /// <summary>The longest by which a row lies before one that stands above it.</summary>
        public TimeSpan Most { get; private set; }

        public void See(DateTimeOffset time)
        {
            if (_latest is { } latest && time < latest)
            {
                _rows++;
                Most = latest - time > Most ? latest - time : Most;
                return;
            }
            _latest = time;
        }

        public IEnumerable<string> Remarks(ReplayOptions options)
        {
            if (_rows == 0)
                return [];
            var allowed = options.Pipeline.Monitor.AllowedLateness;
            var found = $"{_rows:N0} rows stand below a row with a later time in '{options.TimeColumn}', by up to {Most}";
            return [Most > allowed
                ? $"{found}: the file is sorted by time before it is fed."
                : $"{found}, within Monitor:AllowedLateness ({allowed}): the rows are fed in the order of the file."];
        }
    }
}
