namespace StreamBert.Inference.Batching;

/// <summary>The priority of a text in the queue.</summary>
internal enum Priority
{
    /// <summary>A text of the stream.</summary>
    Bulk,

    /// <summary>A text that a client waits for; it is classified before bulk texts.</summary>
    Interactive,

    /// <summary>A copy of a text for the candidate of a rollout; it is classified when there is nothing else, or dropped.</summary>
    Shadow,
}
