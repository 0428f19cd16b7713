using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>The share of a label in one segment over its latest windows.</summary>
internal sealed record SegmentShare(string Segment, Share Share);
