namespace StreamBert.Contracts;

/// <summary>Lists the values of <see cref="RolloutChanged.Stage"/>.</summary>
public static class RolloutStages
{
    /// <summary>The candidate classifies copies of the texts of a share of the keys; its answers are compared and not stored.</summary>
    public const string Shadow = "shadow";

    /// <summary>The candidate answers a share of the keys.</summary>
    public const string Canary = "canary";

    /// <summary>The rollout is complete: a <see cref="ModelPromoted"/> is appended together with this event.</summary>
    public const string Promoted = "promoted";

    /// <summary>A condition was broken, or a person rolled the candidate back; the champion continues to serve.</summary>
    public const string RolledBack = "rolled-back";

    /// <summary>A person promoted another version, or pinned the champion; the candidate is kept.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Returns whether a rollout continues in this stage.</summary>
    public static bool IsUnderWay(string stage) => stage is Shadow or Canary;
}
