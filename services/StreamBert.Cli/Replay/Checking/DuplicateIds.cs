using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Requests;

namespace StreamBert.Cli.Replay.Checking;

/// <summary>
/// Counts rows with the id of an earlier row. Both rows are classified and counted, but predictions are found by id, so only the last one
/// can be looked up.
/// </summary>
internal sealed class DuplicateIds
{
    /// <summary>The most ids that are compared; their hashes take about 100 MB.</summary>
    private const int MaxCompared = 4_000_000;

    private readonly HashSet<long> _hashes = [];
    private string? _first;
    private long _duplicates, _notCompared;

    public void Add(string id, Row row)
    {
        var hash = BitConverter.ToInt64(SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan())));
        if (_hashes.Contains(hash))
            (_first, _duplicates) = (_first ?? row.Location, _duplicates + 1);
        else if (_hashes.Count < MaxCompared)
            _hashes.Add(hash);
        else
            _notCompared++;
    }

    public IEnumerable<string> GetNotices(ReplayOptions options)
    {
        if (_duplicates > 0)
        {
            yield return $"{_duplicates:N0} rows have the id of an earlier row in '{options.IdColumn}', the first: {_first}. All are "
                + "classified and counted, but only the last prediction of each id can be looked up by it.";
        }
        if (_notCompared > 0)
        {
            yield return $"The ids of {_notCompared:N0} rows were not checked for duplicates; only the first {MaxCompared:N0} distinct "
                + "ids are compared.";
        }
    }
}
