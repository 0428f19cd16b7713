namespace StreamBert.Contracts;

/// <summary>Holds an interval of an estimate; its confidence level is 95 % unless stated otherwise.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public sealed record Interval(double Low, double High);
