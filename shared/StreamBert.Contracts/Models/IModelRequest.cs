namespace StreamBert.Contracts;

/// <summary>A request about a model on <see cref="Topics.Feedback"/>: the trainer grants it, or refuses it with a reason.</summary>
public interface IModelRequest
{
    /// <summary>The name of the model.</summary>
    string Model { get; }

    /// <summary>The person or program that requests it.</summary>
    string By { get; }

    /// <summary>When it was requested.</summary>
    DateTimeOffset OccurredAt { get; }
}
