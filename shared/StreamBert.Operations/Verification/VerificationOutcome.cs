namespace StreamBert.Operations.Verification;

/// <summary>Classifies the outcomes of an input record in two bits.</summary>
internal enum VerificationOutcome
{
    None = 0,
    Predicted = 1,
    DeadLettered = 2,
    Duplicated = 3,
}
