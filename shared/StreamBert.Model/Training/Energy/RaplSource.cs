using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Model.Training.Energy;

/// <summary>
/// The energy counters of processor packages and memory (Running Average Power Limit), which include what other processes consume.
/// </summary>
internal sealed class RaplSource : IEnergySource
{
    private const string Directory = "/sys/class/powercap";
    private const double JoulesPerMicrojoule = 1e-6;
    private const long MaxBytes = 100;
    private readonly (string Path, long Range)[] _counters;
    private readonly long[] _values;
    private int _failures;

    private RaplSource((string Path, long Range)[] counters)
    {
        _counters = counters;
        _values = Array.ConvertAll(counters, static counter => Read(counter.Path));
    }

    public string Description => _failures == 0 ? "measured by RAPL"
        : string.Create(CultureInfo.InvariantCulture, $"measured by RAPL, of which {_failures} readings failed");

    /// <summary>Opens the counters.</summary>
    /// <param name="directory">Their directory; default that of the kernel.</param>
    /// <returns>Null if there are none, or they may not be read, as without root.</returns>
    public static RaplSource? TryCreate(string directory = Directory)
    {
        try
        {
            (string, long)[] counters = [.. System.IO.Directory.GetDirectories(directory, "intel-rapl:*").Where(IsCounted)
                .Select(static domain => (Path.Combine(domain, "energy_uj"), Read(Path.Combine(domain, "max_energy_range_uj"))))];
            return counters.Length > 0 ? new(counters) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    public double ReadJoules() => JoulesPerMicrojoule * _counters.Select((counter, i) =>
    {
        var before = _values[i];
        _values[i] = TryRead(counter.Path) ?? before; // the next reading includes what was missed
        return _values[i] >= before ? _values[i] - before : _values[i] - before + counter.Range; // the counter has wrapped
    }).Sum();

    private long? TryRead(string path)
    {
        try
        {
            return Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            _failures++;
            return null;
        }
    }

    /// <summary>Determines whether a domain is a package or its memory: other domains are parts of a package, or contain it.</summary>
    private static bool IsCounted(string domain) =>
        RegularFile.Text(Path.Combine(domain, "name"), MaxBytes).Trim() is ['p', 'a', 'c', 'k', 'a', 'g', 'e', ..] or "dram";

    private static long Read(string path) => long.Parse(RegularFile.Text(path, MaxBytes), CultureInfo.InvariantCulture);
}
