namespace StreamBert.Monitoring.Windows;

/// <summary>A label of a text as it is counted: that of a head, or the type of an entity that a head found.</summary>
internal readonly record struct Answer(string Head, string Label, double Confidence);
