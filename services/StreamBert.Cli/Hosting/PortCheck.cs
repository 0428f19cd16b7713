using System.Net;
using System.Net.Sockets;
using StreamBert.Cli.Errors;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Hosting;

/// <summary>Checks before the start of the services whether their port is free.</summary>
internal static class PortCheck
{
    /// <exception cref="LogInUseException">The port is in use, and this process is a standby.</exception>
    /// <exception cref="CliException">The port is in use, or the address does not belong to this machine.</exception>
    public static void Run(UpOptions options)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Parse(options.Host), options.Port);
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && options.IsStandby)
        {
            throw new LogInUseException($"Port {options.Port} of {options.Host} is in use until then.", e);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new CliException($"Port {options.Port} of {options.Host} is in use. Stop the process that uses it, or choose another "
                + "port with --port.", e);
        }
        catch (SocketException e)
        {
            throw new CliException($"Cannot listen on {options.Host}:{options.Port} (--host, --port): {e.Message}", e);
        }
    }
}
