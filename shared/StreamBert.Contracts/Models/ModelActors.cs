namespace StreamBert.Contracts;

/// <summary>Lists the programs that decide on versions without a person, as in <see cref="RolloutChanged.By"/>.</summary>
public static class ModelActors
{
    /// <summary>A training run, whose candidate passed its gates.</summary>
    public const string Training = "training";

    /// <summary>The trainer, by the conditions of a rollout.</summary>
    public const string Rollout = "rollout";

    /// <summary>Returns whether a person, or a program that acts for one, decided.</summary>
    public static bool IsPerson(string by) => by is not (Training or Rollout);
}
