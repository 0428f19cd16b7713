using System.Text.Json.Serialization;

namespace StreamBert.Contracts;

/// <summary>Selects what is watched of a label.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelMeasure>))]
public enum LabelMeasure
{
    /// <summary>The share of the stories that have the label.</summary>
    [JsonStringEnumMemberName("share")]
    Share,

    /// <summary>The number of stories with the label in a window.</summary>
    [JsonStringEnumMemberName("count")]
    Count,
}
