using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Alerts;

/// <summary>
/// The checkpointed state of one alert. The named fields have the same names in all formats of checkpoints, because alerts are carried
/// over from earlier ones.
/// </summary>
internal sealed class AlertState
{
    public string Kind { get; set; } = "";
    public SeriesKey Series { get; set; } = new("", "", SeriesKey.All);

    /// <summary>The number of consecutive breaches, up to the last window.</summary>
    [JsonPropertyName("breaches")]
    public int ConsecutiveBreaches { get; set; }

    /// <summary>The number of consecutive normal windows while the alert fires.</summary>
    [JsonPropertyName("calm")]
    public int ConsecutiveNormal { get; set; }

    /// <summary>The id of the firing alert; null while none fires.</summary>
    [JsonPropertyName("open")]
    public string? FiringId { get; set; }

    /// <summary>The end of the window in which the alert last fired.</summary>
    [JsonPropertyName("openSince")]
    public DateTimeOffset FiringSince { get; set; }

    /// <summary>Whether the record of the firing alert calls it critical.</summary>
    public bool IsCritical { get; set; }

    /// <summary>The end of the window in which the firing alert is next updated.</summary>
    public DateTimeOffset NextUpdate { get; set; }

    /// <summary>The number of windows in which the alert is still suppressed.</summary>
    [JsonPropertyName("cooldown")]
    public int CooldownWindows { get; set; }

    /// <summary>The number of windows since the last assessment.</summary>
    public int UnassessedWindows { get; set; }

    /// <summary>The ends of the last breached windows, to which late texts may add, and from which they may remove.</summary>
    [JsonPropertyName("breached")]
    public List<DateTimeOffset> BreachedWindows { get; set; } = [];

    /// <summary>Whether the alert is pending or firing.</summary>
    [JsonIgnore]
    public bool IsActive => ConsecutiveBreaches > 0 || FiringId is not null;

    /// <summary>Whether the state is no different from that of an alert without any state.</summary>
    [JsonIgnore]
    public bool IsInitial => !IsActive && CooldownWindows == 0 && BreachedWindows.Count == 0;

    /// <summary>Returns the number of consecutive breached windows before the window that ends then.</summary>
    public int BreachesBefore(DateTimeOffset end, TimeSpan length)
    {
        var count = 0;
        while (BreachedWindows.Contains(end -= length))
            count++;
        return count;
    }

    /// <summary>Returns the number of consecutive breached windows after the window that ends then.</summary>
    public int BreachesAfter(DateTimeOffset end, TimeSpan length)
    {
        var count = 0;
        while (BreachedWindows.Contains(end += length))
            count++;
        return count;
    }
}
