using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers.Messages;

/// <summary>An alert as a message shows it.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Title">Its title, with its state if it is resolved.</param>
/// <param name="Facts">Where and since when it fires, on one line.</param>
/// <param name="Message">What it says; null if the message is about very many alerts.</param>
/// <param name="Links">What a reader can open.</param>
internal sealed record ListedAlert(
    NotifiedAlert Alert, string Title, string Facts, string? Message, IReadOnlyList<MessageLink> Links);

/// <summary>A link of a message.</summary>
/// <param name="Text">The text.</param>
/// <param name="Url">The address.</param>
internal sealed record MessageLink(string Text, Uri Url);
