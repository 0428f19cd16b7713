namespace StreamBert.Inference.Batching;

/// <summary>The priority of a text in the queue.</summary>
internal enum Priority
{
    /// <summary>A text of the stream.</summary>
    Bulk,

    /// <summary>A text that a client waits for; it is classified before bulk texts.</summary>
    Interactive,
}
