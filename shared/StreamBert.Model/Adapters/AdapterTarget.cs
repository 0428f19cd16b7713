namespace StreamBert.Model.Adapters;

/// <summary>The linear layers of an encoder that adapters can be attached to.</summary>
public static class AdapterTarget
{
    /// <summary>The query projection of self-attention.</summary>
    public const string Query = "query";

    /// <summary>The key projection of self-attention.</summary>
    public const string Key = "key";

    /// <summary>The value projection of self-attention.</summary>
    public const string Value = "value";

    /// <summary>The output projection of self-attention.</summary>
    public const string AttentionOutput = "attention-output";

    /// <summary>The first layer of the feed-forward network.</summary>
    public const string Intermediate = "intermediate";

    /// <summary>The second layer of the feed-forward network.</summary>
    public const string Output = "output";

    /// <summary>All targets, in the order of the forward pass.</summary>
    public static IReadOnlyList<string> All { get; } = [Query, Key, Value, AttentionOutput, Intermediate, Output];
}
