# Installs clerk-rs for whoever runs this:
#   irm ADDRESS/install.ps1 | iex
# It fetches one archive, compares its checksum, and puts one program into %LOCALAPPDATA%\Programs\clerk-rs, or into the
# folder that CLERK_RS_INSTALL_DIR names. It edits no profile and no PATH, and needs no administrator.

function Install-ClerkRs {
    $ErrorActionPreference = 'Stop'
    # The progress bar of old PowerShells slows the download.
    $ProgressPreference = 'SilentlyContinue'
    $address = '@ADDRESS@'

    # Windows on ARM runs programs for x86-64.
    $name = 'clerk-rs-cli-x86_64-pc-windows-msvc'
    $folder = $env:CLERK_RS_INSTALL_DIR
    if (-not $folder) { $folder = Join-Path $env:LOCALAPPDATA 'Programs\clerk-rs' }
    $work = Join-Path $folder ('.clerk-rs-install.' + [guid]::NewGuid())
    New-Item -ItemType Directory -Force -Path $work | Out-Null
    try {
        $archive = Join-Path $work 'archive.tar.gz'
        $expectedFile = Join-Path $work 'expected'
        Invoke-WebRequest -UseBasicParsing -Uri "$address/$name.tar.gz" -OutFile $archive
        Invoke-WebRequest -UseBasicParsing -Uri "$address/$name.tar.gz.sha256" -OutFile $expectedFile
        $expected = ((Get-Content -Raw $expectedFile) -split ' ')[0]
        if ((Get-FileHash -Algorithm SHA256 $archive).Hash -ne $expected) {
            throw "the checksum of $name.tar.gz is not the one that was published: try again, and report it if it stays so"
        }
        # The system's own, not one that Git brings and that takes C: for a machine's name.
        & (Join-Path $env:SystemRoot 'System32\tar.exe') -xzf $archive -C $work
        if ($LASTEXITCODE -ne 0) { throw "could not unpack $name.tar.gz" }
        $program = Join-Path $work "$name\clerk-rs.exe"
        $version = & $program --version
        if ($LASTEXITCODE -ne 0) { throw 'the program does not run on this machine' }
        Move-Item -Force $program (Join-Path $folder 'clerk-rs.exe')
        Write-Output "$version is in $folder\clerk-rs.exe"
        if (($env:PATH -split ';') -notcontains $folder) {
            Write-Output "$folder is not in PATH: add it, or call the program by its whole path"
        }
        Write-Output 'Begin with: clerk-rs init my-app'
    }
    finally {
        Remove-Item -Recurse -Force $work
    }
}

Install-ClerkRs
