set -e
R=$1; mkdir -p $R/{state/lists/partial,cache/archives/partial,etc,root}
SITE=$(apt-get indextargets --format '$(SITE)' 'Identifier: Packages' 'Codename: bookworm' | grep -v security | head -1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $SITE forky main" > $R/etc/sources.list
: > $R/state/status
OPT="-o Dir::State=$R/state -o Dir::State::status=$R/state/status -o Dir::Cache=$R/cache -o Dir::Etc::sourcelist=$R/etc/sources.list -o Dir::Etc::sourceparts=/dev/null -o APT::Install-Recommends=false -o Debug::NoLocking=1 -o APT::Architecture=amd64"
time apt-get $OPT update
time apt-get $OPT --download-only -y install asterisk asterisk-modules asterisk-core-sounds-fr-g722 asterisk-core-sounds-en-g722 asterisk-moh-opsound-g722
time for d in $R/cache/archives/*.deb; do dpkg-deb -x $d $R/root; done
du -sh $R/*; 
