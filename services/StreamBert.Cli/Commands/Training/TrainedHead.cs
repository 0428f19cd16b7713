namespace StreamBert.Cli.Commands.Training;

/// <summary>A head to train, with its files.</summary>
/// <param name="Name">The name of the head.</param>
/// <param name="Train">The file to train on.</param>
/// <param name="Validation">The file to validate on; null: a part of the training file.</param>
/// <param name="Test">The file to evaluate on after the training; null for none.</param>
internal sealed record TrainedHead(string Name, HeadFile Train, HeadFile? Validation, HeadFile? Test)
{
    public IEnumerable<HeadFile> Files => new[] { Train, Validation, Test }.OfType<HeadFile>();
}
