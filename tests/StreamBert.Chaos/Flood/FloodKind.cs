namespace StreamBert.Chaos.Flood;

/// <summary>The kinds of connections that a flood opens.</summary>
internal enum FloodKind
{
    /// <summary>Connections that send nothing.</summary>
    Idle,

    /// <summary>Event streams that are not read.</summary>
    Streams,

    /// <summary>Requests whose headers or body arrive one byte at a time.</summary>
    Slow,
}
